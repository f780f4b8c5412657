"""Landing: what sources deliver becomes immutable Parquet; no warehouse is opened."""
