//! Where the book lies and who sits in front of it, where the command line does not say.

use std::ffi::OsString;
use std::path::PathBuf;

/// The user's own book: `book.tallywatt` in the data folder. `env` looks a variable up.
pub fn own_book(env: impl Fn(&str) -> Option<OsString>) -> PathBuf {
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    let home = || set("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let data = set("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(home)
        .unwrap_or_default();
    data.join("tallywatt").join("book.tallywatt")
}

/// The name that stands in the log: the system's user name.
pub fn user(env: impl Fn(&str) -> Option<OsString>) -> String {
    let name = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(env);
    name.map_or_else(
        || "unknown".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_lies_in_the_data_folder() {
        let with = |vars: &'static [(&str, &str)]| {
            own_book(move |name| {
                vars.iter()
                    .find(|(n, _)| *n == name)
                    .map(|(_, value)| OsString::from(value))
            })
        };
        let own = with(&[("XDG_DATA_HOME", "/data"), ("HOME", "/home/x")]);
        assert_eq!(own, PathBuf::from("/data/tallywatt/book.tallywatt"));
        let own = with(&[("XDG_DATA_HOME", ""), ("HOME", "/home/x")]);
        assert_eq!(
            own,
            PathBuf::from("/home/x/.local/share/tallywatt/book.tallywatt")
        );
    }
}
