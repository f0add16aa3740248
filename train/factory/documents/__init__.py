"""Receipts, invoices, forms, letters, statements, tables, reports, papers and slides."""
