"""SIS import jobs of Canvas, and their errors."""
