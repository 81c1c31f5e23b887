//! Documents as bytes: invoice PDF and CDR annex.
