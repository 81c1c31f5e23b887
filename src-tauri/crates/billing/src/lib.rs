//! Reconciling and settling: buckets, VAT decisions, invoice drafts.
