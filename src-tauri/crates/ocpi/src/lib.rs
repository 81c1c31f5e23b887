//! Reads and recognises OCPI JSON of every version and normalises it into the domain.
