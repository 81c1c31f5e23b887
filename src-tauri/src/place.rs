//! Where the book lies and who sits in front of it, from the command line and the environment.

use std::ffi::OsString;
use std::path::PathBuf;

/// The book to open: `--book FILE`, else `TALLYWATT_BOOK`, else the user's data folder.
///
/// `args` are the arguments after the program's name; `env` looks a variable up.
pub fn book(
    args: impl IntoIterator<Item = OsString>,
    env: impl Fn(&str) -> Option<OsString>,
) -> PathBuf {
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let text = arg.to_string_lossy();
        if let Some(file) = text.strip_prefix("--book=") {
            return PathBuf::from(file);
        }
        if text == "--book"
            && let Some(file) = args.next()
        {
            return PathBuf::from(file);
        }
    }
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    if let Some(file) = set("TALLYWATT_BOOK") {
        return PathBuf::from(file);
    }
    let home = || set("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let data = set("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(home)
        .unwrap_or_default();
    data.join("tallywatt").join("book.tallywatt")
}

/// The name that stands in the log: the system's user name.
pub fn actor(env: impl Fn(&str) -> Option<OsString>) -> String {
    let name = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(env);
    name.map_or_else(
        || "unknown".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(args: &[&str], vars: &[(&str, &str)]) -> String {
        let env = |name: &str| {
            vars.iter()
                .find(|(n, _)| *n == name)
                .map(|(_, value)| OsString::from(value))
        };
        book(args.iter().map(OsString::from), env)
            .display()
            .to_string()
    }

    #[test]
    fn the_nearest_word_on_the_book_counts() {
        let vars = [
            ("TALLYWATT_BOOK", "/b"),
            ("XDG_DATA_HOME", "/data"),
            ("HOME", "/home/x"),
        ];
        assert_eq!(found(&["--book", "/a"], &vars), "/a");
        assert_eq!(found(&["--book=/a"], &vars), "/a");
        assert_eq!(found(&[], &vars), "/b");
        assert_eq!(found(&[], &vars[1..]), "/data/tallywatt/book.tallywatt");
        let home = found(&[], &vars[2..]);
        assert_eq!(home, "/home/x/.local/share/tallywatt/book.tallywatt");
        assert_eq!(
            found(&[], &[("TALLYWATT_BOOK", ""), ("HOME", "/h")])[..2],
            *"/h",
            "empty is unset"
        );
    }
}
