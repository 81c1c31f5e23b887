//! Where the book lies, from the command line and the environment.

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
    office::place::own_book(env)
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
