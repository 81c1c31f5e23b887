//! Examples and properties of reconciling.
