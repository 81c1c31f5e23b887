//! One function per thing a user can do; combines every other crate.
