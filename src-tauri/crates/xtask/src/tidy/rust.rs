//! Just enough of a Rust reader: what is code, what is text, what is a comment, what is a test.

/// A source file taken apart: same lines and columns, different letters kept.
pub struct Parts {
    /// Code only: comments, letter literals and the insides of string literals are blank.
    pub code: String,
    /// The insides of string literals only.
    pub strings: String,
    /// Which lines (from 0) lie in `#[cfg(test)]` modules or functions.
    test_lines: Vec<bool>,
}

impl Parts {
    /// Takes a file apart.
    pub fn of(text: &str) -> Parts {
        let (code, strings) = split(text);
        let test_lines = test_lines(&code);
        Parts {
            code,
            strings,
            test_lines,
        }
    }

    /// The lines of code outside tests, with their numbers from 1.
    pub fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(&self.code).filter(|(n, _)| !self.in_test(*n))
    }

    /// The lines of string literals outside tests, with their numbers from 1.
    pub fn product_strings(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(&self.strings).filter(|(n, _)| !self.in_test(*n))
    }

    /// Whether a line (from 1) lies in a test.
    pub fn in_test(&self, line: usize) -> bool {
        self.test_lines.get(line - 1).copied().unwrap_or(false)
    }
}

/// Lines with their numbers from 1.
pub fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(i, line)| (i + 1, line))
}

/// Whether `line` holds `word` as a word of its own.
pub fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !inside(before) && !inside(after)
    })
}

/// What the reader is in the middle of.
enum Inside {
    Code,
    LineComment,
    BlockComment(u32),
    /// A string literal and the number of `#` that must follow its closing quote (`None`: escapes).
    Text(Option<usize>),
}

/// Code and string insides, each with everything else blanked.
fn split(text: &str) -> (String, String) {
    let letters: Vec<char> = text.chars().collect();
    let (mut code, mut strings) = (String::with_capacity(text.len()), String::new());
    let mut inside = Inside::Code;
    let mut at = 0;
    let mut put = |letters: &[char], is_code: bool, is_text: bool| {
        for &c in letters {
            let keep = c == '\n';
            code.push(if keep || is_code { c } else { ' ' });
            strings.push(if keep || is_text { c } else { ' ' });
        }
    };
    while at < letters.len() {
        let rest = &letters[at..];
        let (len, next) = match inside {
            Inside::Code => read_code(rest, at.checked_sub(1).map(|i| letters[i])),
            Inside::LineComment if rest[0] == '\n' => (1, Some(Inside::Code)),
            Inside::LineComment => (1, None),
            Inside::BlockComment(depth) => read_block_comment(rest, depth),
            Inside::Text(hashes) => read_text(rest, hashes),
        };
        let is_letter = len > 2 && rest[0] == '\'';
        let is_code = matches!(inside, Inside::Code)
            && !is_letter
            && !matches!(next, Some(Inside::LineComment | Inside::BlockComment(_)));
        let is_text = matches!(inside, Inside::Text(_)) && next.is_none();
        put(&letters[at..at + len], is_code, is_text);
        if let Some(next) = next {
            inside = next;
        }
        at += len;
    }
    (code, strings)
}

/// How many letters of code to take, and what starts after them.
fn read_code(rest: &[char], before: Option<char>) -> (usize, Option<Inside>) {
    match rest {
        ['/', '/', ..] => (2, Some(Inside::LineComment)),
        ['/', '*', ..] => (2, Some(Inside::BlockComment(1))),
        ['"', ..] => (1, Some(Inside::Text(None))),
        ['r', ..] if !before.is_some_and(|c| (c.is_alphanumeric() && c != 'b') || c == '_') => {
            let hashes = rest[1..].iter().take_while(|&&c| c == '#').count();
            if rest.get(1 + hashes) == Some(&'"') {
                (2 + hashes, Some(Inside::Text(Some(hashes))))
            } else {
                (1, None)
            }
        }
        // A quote is a letter literal when a second quote closes it; else a lifetime.
        ['\'', '\\', _, ..] => {
            let close = rest[3..].iter().position(|&c| c == '\'').unwrap_or(0);
            (close + 4, None)
        }
        ['\'', _, '\'', ..] => (3, None),
        _ => (1, None),
    }
}

fn read_block_comment(rest: &[char], depth: u32) -> (usize, Option<Inside>) {
    match rest {
        ['*', '/', ..] if depth == 1 => (2, Some(Inside::Code)),
        ['*', '/', ..] => (2, Some(Inside::BlockComment(depth - 1))),
        ['/', '*', ..] => (2, Some(Inside::BlockComment(depth + 1))),
        _ => (1, None),
    }
}

fn read_text(rest: &[char], hashes: Option<usize>) -> (usize, Option<Inside>) {
    match (rest, hashes) {
        (['\\', _, ..], None) => (2, None),
        (['"', ..], None) => (1, Some(Inside::Code)),
        (['"', after @ ..], Some(n)) if after.iter().take_while(|&&c| c == '#').count() >= n => {
            (1 + n, Some(Inside::Code))
        }
        _ => (1, None),
    }
}

/// Marks the lines from each `#[cfg(test)]` to the end of the item that follows it.
fn test_lines(code: &str) -> Vec<bool> {
    let lines: Vec<&str> = code.lines().collect();
    let mut marks = vec![false; lines.len()];
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].trim();
        if line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test") {
            let end = item_end(&lines, at);
            marks[at..=end].fill(true);
            at = end;
        }
        at += 1;
    }
    marks
}

/// The line on which the item starting at `start` ends: its closing brace, or a `;` before any.
pub fn item_end(lines: &[&str], start: usize) -> usize {
    let mut depth = 0_i32;
    for (i, line) in lines.iter().enumerate().skip(start) {
        for c in line.chars() {
            match c {
                '{' => depth += 1,
                '}' => {
                    depth -= 1;
                    if depth == 0 {
                        return i;
                    }
                }
                ';' if depth == 0 && !line.trim_start().starts_with("#[") => return i,
                _ => {}
            }
        }
    }
    lines.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_no_code() {
        let parts = Parts::of("let a = \"f64 // x\"; // f32\n/* f64 /* f32 */ */ let b = 'c';\n");
        assert!(
            !has_word(&parts.code, "f64"),
            "inside a string or comment: {}",
            parts.code
        );
        assert!(
            !has_word(&parts.code, "f32"),
            "inside a comment: {}",
            parts.code
        );
        assert!(
            parts.strings.contains("f64 // x"),
            "the string itself is kept"
        );
        assert!(
            parts.code.contains("let b ="),
            "code after a nested comment: {}",
            parts.code
        );
        assert!(
            !parts.code.contains('c'),
            "a letter literal is no code: {}",
            parts.code
        );
    }

    #[test]
    fn raw_strings_and_quotes_do_not_confuse() {
        let parts = Parts::of("f(r#\"a \"q\" b\"#, '\"', b'\\'', \"\\\"\", x::<'a>()) // gone\n");
        assert!(parts.strings.contains("a \"q\" b"), "{}", parts.strings);
        assert!(parts.code.contains("x::<'a>())"), "{}", parts.code);
        assert!(!parts.code.contains("gone"));
    }

    #[test]
    fn a_test_module_ends_where_its_brace_closes() {
        let parts = Parts::of("fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\nfn c() {}\n");
        let tests: Vec<bool> = (1..=6).map(|n| parts.in_test(n)).collect();
        assert_eq!(tests, [false, true, true, true, true, false]);
    }

    #[test]
    fn a_word_is_not_a_part_of_a_word() {
        assert!(has_word("x: f64,", "f64"));
        assert!(
            !has_word("as_f64()", "f64"),
            "a method's name is not the type"
        );
    }
}
