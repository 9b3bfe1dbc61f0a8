-- Which digest went where: one line for each digest and recipient, written before it is sent. These
-- lines are never cleared: without them a digest would be sent twice.
CREATE TABLE deliveries (
    digest TEXT NOT NULL,             -- its first and last day, and what else was asked for
    recipient TEXT NOT NULL,          -- an e-mail address in small letters, or file:PATH
    until TEXT NOT NULL,              -- the digest's last day
    asked TEXT NOT NULL,              -- what was asked for beside its days
    -- sending: begun, and cut short if it stays so; unknown: the server never said
    state TEXT NOT NULL CHECK (state IN ('sending', 'unknown', 'sent')),
    content TEXT NOT NULL,            -- SHA-256 of the text that was sent
    message_id TEXT NOT NULL,         -- of the mail; empty for a file
    copy INTEGER NOT NULL,            -- how often it had been sent before: 0, or more with --resend
    at TEXT NOT NULL,                 -- when this state began (UTC)
    PRIMARY KEY (digest, recipient)
) WITHOUT ROWID;
CREATE INDEX deliveries_by_recipient ON deliveries (recipient, asked, until);
