"""Tag corpora in Parquet files on one machine or on a Dask cluster."""
