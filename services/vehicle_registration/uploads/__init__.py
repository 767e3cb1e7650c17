"""Uploaded lists: read from CSV, workbooks and JSON, checked and filed in batches, their faults given back."""
