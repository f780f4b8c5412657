"""Landing: what the sources deliver becomes immutable Parquet. Never opens the warehouse."""
