//! Reads spreadsheets of charging records and normalises their rows into the domain.
