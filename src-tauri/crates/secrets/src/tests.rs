//! Vaults as a whole: what is kept comes back, and what goes wrong loses nothing and tells nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use crate::error::Result;
use crate::keychain::{Entries, Keychain};
use crate::seal::{Cost, Key, Recipe, Sealed, assemble, seal};
use crate::{Secret, SecretsError, Vault};

/// Too cheap for a passphrase, quick enough for a test.
const CHEAP: Cost = Cost {
    memory: 8,
    passes: 1,
    lanes: 1,
};

const TOKEN: &str = "tok-\"ünsafe\"\n-4711";
const PASSPHRASE: &str = "correct horse";

fn secret(text: &str) -> Secret {
    Secret::from(text.to_owned())
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.secrets");
    (folder, path)
}

fn open(path: &Path) -> Result<Vault> {
    Vault::file_at_cost(path, secret(PASSPHRASE), CHEAP)
}

/// A file with one secret, and its bytes.
fn written(path: &Path) -> Vec<u8> {
    open(path).unwrap().put("acme", &secret(TOKEN)).unwrap();
    std::fs::read(path).unwrap()
}

fn shown(vault: &Vault, name: &str) -> Option<String> {
    let found = vault.get(name).unwrap();
    found.map(|secret| secret.expose().to_owned())
}

/// An error as people and logs may see it.
fn told(error: &SecretsError) -> String {
    format!("{error} {error:?}")
}

fn is_damaged(path: &Path) -> bool {
    matches!(open(path), Err(SecretsError::Damaged { .. }))
}

/// How a made-up keychain behaves.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Works,
    Refuses,
    Forgets,
}

#[derive(Clone)]
struct Memory(Mood, Arc<Mutex<BTreeMap<String, String>>>);

impl Memory {
    fn new(mood: Mood) -> Memory {
        Memory(mood, Arc::default())
    }

    fn accounts(&self) -> Vec<String> {
        self.1.lock().unwrap().keys().cloned().collect()
    }

    fn of(&self, book: &str) -> Result<Keychain> {
        Keychain::new(book, Box::new(self.clone()))
    }

    fn vault(&self, book: &str) -> Vault {
        let nowhere = Path::new("/nowhere/book.secrets");
        Vault::pick(|| self.of(book), nowhere, || None, CHEAP).unwrap()
    }
}

impl Entries for Memory {
    fn read(&self, account: &str) -> std::result::Result<Option<Secret>, String> {
        Ok(self
            .1
            .lock()
            .unwrap()
            .get(account)
            .cloned()
            .map(Secret::from))
    }

    fn write(&self, account: &str, secret: &Secret) -> std::result::Result<(), String> {
        match self.0 {
            Mood::Refuses => return Err("no bus".to_owned()),
            Mood::Forgets => return Ok(()),
            Mood::Works => {}
        }
        let mut entries = self.1.lock().unwrap();
        entries.insert(account.to_owned(), secret.expose().to_owned());
        Ok(())
    }

    fn remove(&self, account: &str) -> std::result::Result<(), String> {
        self.1.lock().unwrap().remove(account);
        Ok(())
    }
}

#[test]
fn what_is_put_in_a_file_comes_back_through_another_vault() {
    let (_folder, path) = place();
    let vault = open(&path).unwrap();
    assert!(!path.exists(), "opening makes no file");
    assert_eq!(shown(&vault, "acme"), None);
    vault.put("acme", &secret(TOKEN)).unwrap();
    assert_eq!(shown(&open(&path).unwrap(), "acme").as_deref(), Some(TOKEN));
    let bytes = std::fs::read(&path).unwrap();
    for plain in [TOKEN, PASSPHRASE, "4711", "acme"] {
        let found = bytes
            .windows(plain.len())
            .any(|part| part == plain.as_bytes());
        assert!(!found, "{plain:?} is readable in the file");
    }
}

#[test]
fn the_usual_cost_makes_and_opens_a_file() {
    let (_folder, path) = place();
    let vault = Vault::file(&path, secret(PASSPHRASE)).unwrap();
    vault.put("acme", &secret(TOKEN)).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let start = b"tallywatt-secrets 1\nargon2id m=65536 t=3 p=4\nsalt ";
    assert!(bytes.starts_with(start), "{:?}", bytes.get(..60));
    let again = Vault::file(&path, secret(PASSPHRASE)).unwrap();
    assert_eq!(shown(&again, "acme").as_deref(), Some(TOKEN));
}

#[test]
fn two_names_do_not_mix() {
    let (_folder, path) = place();
    for vault in [open(&path).unwrap(), Memory::new(Mood::Works).vault("b1")] {
        vault.put("acme", &secret("tok-a")).unwrap();
        vault.put("acme/2", &secret("tok-b")).unwrap();
        assert_eq!(shown(&vault, "acme").as_deref(), Some("tok-a"), "{vault:?}");
        assert_eq!(shown(&vault, "acme/2").as_deref(), Some("tok-b"));
        vault.put("acme", &secret("tok-c")).unwrap();
        assert_eq!(shown(&vault, "acme").as_deref(), Some("tok-c"), "replaced");
        assert_eq!(shown(&vault, "acme/2").as_deref(), Some("tok-b"));
    }
}

#[test]
fn what_is_forgotten_is_gone_and_the_rest_stays() {
    let (_folder, path) = place();
    let file = open(&path).unwrap();
    file.forget("acme").unwrap();
    assert!(!path.exists(), "there was nothing to forget");
    for vault in [file, Memory::new(Mood::Works).vault("b1")] {
        vault.put("acme", &secret("tok-a")).unwrap();
        vault.put("other", &secret("tok-b")).unwrap();
        vault.forget("acme").unwrap();
        vault.forget("acme").unwrap();
        assert_eq!(shown(&vault, "acme"), None, "{vault:?}");
        assert_eq!(shown(&vault, "other").as_deref(), Some("tok-b"));
    }
    assert_eq!(shown(&open(&path).unwrap(), "acme"), None, "on disk too");
}

#[test]
fn two_vaults_on_one_file_see_and_keep_what_the_other_writes() {
    let (_folder, path) = place();
    // Both start without a file, so each would make one.
    let (one, two) = (open(&path).unwrap(), open(&path).unwrap());
    one.put("acme", &secret("tok-a")).unwrap();
    two.put("other", &secret("tok-b")).unwrap();
    assert_eq!(shown(&one, "other").as_deref(), Some("tok-b"));
    assert_eq!(shown(&two, "acme").as_deref(), Some("tok-a"));
    std::thread::scope(|scope| {
        for (vault, letter) in [(&one, 'x'), (&two, 'y')] {
            scope.spawn(move || {
                for number in 0..20 {
                    let name = format!("{letter}{number}");
                    vault.put(&name, &secret(&name)).unwrap();
                }
            });
        }
    });
    for number in 0..20 {
        assert!(shown(&one, &format!("x{number}")).is_some(), "x{number}");
        assert!(shown(&one, &format!("y{number}")).is_some(), "y{number}");
    }
}

#[test]
fn a_file_that_was_made_anew_meanwhile_is_read_with_its_own_salt() {
    let (_folder, path) = place();
    let vault = open(&path).unwrap();
    vault.put("acme", &secret("tok-old")).unwrap();
    std::fs::remove_file(&path).unwrap();
    written(&path);
    assert_eq!(shown(&vault, "acme").as_deref(), Some(TOKEN));
    vault.put("other", &secret("tok-b")).unwrap();
    let again = open(&path).unwrap();
    assert_eq!(shown(&again, "acme").as_deref(), Some(TOKEN));
    assert_eq!(shown(&again, "other").as_deref(), Some("tok-b"));
}

#[test]
fn a_wrong_passphrase_is_said_and_nothing_is_lost() {
    let (_folder, path) = place();
    // This one opened before there was a file, so it finds out only when it writes.
    let early = Vault::file_at_cost(&path, secret("wrong"), CHEAP).unwrap();
    let before = written(&path);
    let errors = [
        Vault::file_at_cost(&path, secret("wrong"), CHEAP).unwrap_err(),
        early.get("acme").unwrap_err(),
        early.put("acme", &secret("tok-new")).unwrap_err(),
        early.forget("acme").unwrap_err(),
    ];
    for error in errors {
        assert!(
            matches!(error, SecretsError::WrongPassphrase { .. }),
            "{error}"
        );
        assert!(error.to_string().contains("book.secrets"), "{error}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(shown(&open(&path).unwrap(), "acme").as_deref(), Some(TOKEN));
}

#[test]
fn a_flipped_bit_anywhere_is_damage_and_is_never_overwritten() {
    let (_folder, path) = place();
    let whole = written(&path);
    let vault = open(&path).unwrap();
    let damaged = |error: SecretsError| matches!(error, SecretsError::Damaged { .. });
    for at in 0..whole.len() {
        let flipped = |bit: usize| {
            let mut bytes = whole.clone();
            bytes[at] ^= 1_u8 << bit;
            bytes
        };
        for bit in 0..8 {
            assert!(
                Sealed::parse(&flipped(bit)).is_err(),
                "bit {bit} of byte {at}"
            );
        }
        // On the disk one bit of each byte will do.
        let bytes = flipped(at % 8);
        std::fs::write(&path, &bytes).unwrap();
        assert!(is_damaged(&path), "byte {at}");
        assert!(damaged(vault.get("acme").unwrap_err()), "byte {at}");
        assert!(
            damaged(vault.put("acme", &secret("tok-new")).unwrap_err()),
            "byte {at}"
        );
        assert!(damaged(vault.forget("acme").unwrap_err()), "byte {at}");
        assert!(
            std::fs::read(&path).unwrap() == bytes,
            "byte {at} is as it was"
        );
    }
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(
        shown(&vault, "acme").as_deref(),
        Some(TOKEN),
        "undamaged it opens"
    );
}

#[test]
fn a_file_of_any_other_length_is_damage() {
    let (_folder, path) = place();
    let whole = written(&path);
    for length in 0..whole.len() {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(is_damaged(&path), "cut to {length} bytes");
    }
    std::fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
    assert!(is_damaged(&path), "a byte longer");
}

#[test]
fn a_file_with_a_fitting_check_is_still_not_believed() {
    let (_folder, path) = place();
    let whole = written(&path);
    // The header ends where the check begins; the body begins a line later.
    let check = whole.windows(6).position(|part| part == b"check ").unwrap();
    let (header, body) = (&whole[..check], &whole[check + 6 + 64 + 1..]);
    assert_eq!(
        assemble(header, body),
        whole,
        "taken apart in the right places"
    );
    for at in 0..body.len() {
        let mut body = body.to_vec();
        body[at] ^= 1;
        std::fs::write(&path, assemble(header, &body)).unwrap();
        let error = open(&path).unwrap_err();
        assert!(
            matches!(error, SecretsError::WrongPassphrase { .. }),
            "byte {at}: {error}"
        );
    }
    for at in 0..header.len() {
        let mut header = header.to_vec();
        header[at] ^= 1;
        std::fs::write(&path, assemble(&header, body)).unwrap();
        assert!(open(&path).is_err(), "byte {at} of the header");
    }
    // What changes nothing for the key is authenticated as well.
    let header = std::str::from_utf8(header).unwrap().replace("m=8", "m=08");
    std::fs::write(&path, assemble(header.as_bytes(), body)).unwrap();
    assert!(
        open(&path).is_err(),
        "the header is part of what is authenticated"
    );
}

#[test]
fn absurd_parameters_are_refused_before_anything_is_computed() {
    let (_folder, path) = place();
    let start = "tallywatt-secrets 1\nargon2id ";
    let end = format!("\nsalt {}\nnonce {}\n", "0".repeat(32), "0".repeat(48));
    let absurd = [
        "m=4194304 t=1 p=1",
        "m=262145 t=1 p=1",
        "m=4294967295 t=4294967295 p=16",
        "m=8 t=17 p=1",
        "m=8 t=4294967295 p=1",
        "m=4096 t=1 p=17",
        "m=0 t=1 p=1",
        "m=8 t=0 p=1",
        "m=8 t=1 p=0",
        "m=8 t=1 p=16",
        "m=99999999999 t=1 p=1",
        "m=8 t=1",
        "m=8 t=1 p=1 x=1",
        "",
    ];
    for parameters in absurd {
        let header = format!("{start}{parameters}{end}");
        let bytes = assemble(header.as_bytes(), &[0; 40]);
        let why = Sealed::parse(&bytes).unwrap_err();
        assert!(why.contains("argon2id"), "{parameters}: {why}");
        std::fs::write(&path, &bytes).unwrap();
        assert!(is_damaged(&path), "{parameters}");
    }
    // The same file with parameters that make sense gets as far as the passphrase.
    let bytes = assemble(format!("{start}m=8 t=1 p=1{end}").as_bytes(), &[0; 40]);
    std::fs::write(&path, bytes).unwrap();
    let error = open(&path).unwrap_err();
    assert!(
        matches!(error, SecretsError::WrongPassphrase { .. }),
        "{error}"
    );
}

#[test]
fn the_same_secret_is_never_encrypted_the_same_way_twice() {
    let (_folder, path) = place();
    let (first, second) = (written(&path), written(&path));
    let nonce = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.lines().nth(3).unwrap().to_owned()
    };
    assert!(nonce(&first).starts_with("nonce "), "{}", nonce(&first));
    assert_ne!(nonce(&first), nonce(&second));
    let (_other_folder, other) = place();
    let salt = |bytes: &[u8]| Sealed::parse(bytes).unwrap().recipe;
    assert_eq!(
        salt(&first),
        salt(&second),
        "one salt, so that the key can be kept"
    );
    assert_ne!(
        salt(&first),
        salt(&written(&other)),
        "another file, another salt"
    );
}

#[test]
fn content_that_is_no_map_of_secrets_is_damage_and_is_not_quoted() {
    let (_folder, path) = place();
    let recipe = Recipe::new(CHEAP).unwrap();
    let key: Key = recipe.key(&secret(PASSPHRASE));
    for content in [
        "",
        "null",
        "\"tok-secret\"",
        "{\"acme\":[\"tok-secret\"]}",
        "\u{ff}",
    ] {
        let plain = zeroize::Zeroizing::new(content.as_bytes().to_vec());
        std::fs::write(&path, seal(&recipe, &key, plain).unwrap()).unwrap();
        let error = open(&path).unwrap_err();
        assert!(
            matches!(error, SecretsError::Damaged { .. }),
            "{content}: {error}"
        );
        assert!(!told(&error).contains("tok-secret"), "{error:?}");
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_file_and_nothing_is_left_beside_it() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = place();
    let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    written(&path);
    assert_eq!(mode(), 0o600);
    // A copy from a backup may be readable by all; the next write ends that.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    written(&path);
    assert_eq!(mode(), 0o600);
    let entries = std::fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["book.secrets", "book.secrets.lock"]);
}

#[test]
fn a_failed_write_leaves_what_was_there() {
    let (folder, path) = place();
    // The lock cannot be made where a folder has its name.
    let before = written(&path);
    std::fs::remove_file(folder.path().join("book.secrets.lock")).unwrap();
    std::fs::create_dir(folder.path().join("book.secrets.lock")).unwrap();
    let vault = open(&path).unwrap();
    let error = vault.put("acme", &secret("tok-new")).unwrap_err();
    assert!(matches!(error, SecretsError::File { .. }), "{error}");
    assert!(!told(&error).contains("tok-new"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn neither_debug_nor_an_error_shows_a_secret() {
    assert_eq!(format!("{:?}", secret(TOKEN)), "Secret(…)");
    assert_eq!(format!("{:?}", Some(secret(TOKEN))), "Some(Secret(…))");
    let (_folder, path) = place();
    let file = open(&path).unwrap();
    file.put("acme", &secret("tok-secret")).unwrap();
    let keychain = Memory::new(Mood::Works).vault("b1");
    keychain.put("acme", &secret("tok-secret")).unwrap();
    for vault in [&file, &keychain] {
        let debug = format!("{vault:?} {vault:#?} {:?}", vault.get("acme"));
        assert!(
            debug.contains("Vault(") && debug.contains("Secret(…)"),
            "{debug}"
        );
        assert!(
            !debug.contains("tok-secret") && !debug.contains(PASSPHRASE),
            "{debug}"
        );
    }
    let wrong = Vault::file_at_cost(&path, secret("my-wrong-one"), CHEAP).unwrap_err();
    assert!(!told(&wrong).contains("my-wrong-one"), "{wrong:?}");
    let unfit = keychain.put("", &secret("tok-secret")).unwrap_err();
    assert!(!told(&unfit).contains("tok-secret"), "{unfit:?}");
}

#[test]
fn a_file_that_is_there_wins_over_the_keychain() {
    let (_folder, path) = place();
    written(&path);
    let keychain = || -> Result<Keychain> { panic!("nobody asks the keychain") };
    let vault = Vault::pick(keychain, &path, || Some(secret(PASSPHRASE)), CHEAP).unwrap();
    assert_eq!(shown(&vault, "acme").as_deref(), Some(TOKEN));
    for given in [None, Some("")] {
        let error = Vault::pick(keychain, &path, || given.map(secret), CHEAP).unwrap_err();
        assert!(
            matches!(error, SecretsError::PassphraseMissing { .. }),
            "{error}"
        );
        let text = error.to_string();
        assert!(
            text.contains("TALLYWATT_PASSPHRASE") && text.contains("book.secrets"),
            "{text}"
        );
    }
    let error = Vault::open("b1", &path, || None).unwrap_err();
    assert!(
        matches!(error, SecretsError::PassphraseMissing { .. }),
        "{error}"
    );
}

#[test]
fn a_keychain_that_works_is_taken_without_asking_for_a_passphrase() {
    let (_folder, path) = place();
    let memory = Memory::new(Mood::Works);
    let asked = || -> Option<Secret> { panic!("nobody asks for a passphrase") };
    let vault = Vault::pick(|| memory.of("b1"), &path, asked, CHEAP).unwrap();
    assert_eq!(memory.accounts(), [""; 0], "the trial is removed");
    vault.put("acme", &secret(TOKEN)).unwrap();
    assert_eq!(memory.accounts(), ["b1/acme"]);
    assert_eq!(shown(&vault, "acme").as_deref(), Some(TOKEN));
    assert!(!path.exists());
    assert_eq!(
        shown(&memory.vault("b2"), "acme"),
        None,
        "another book, other secrets"
    );
}

#[test]
fn without_a_keychain_a_passphrase_makes_a_file() {
    for mood in [Mood::Refuses, Mood::Forgets] {
        let (_folder, path) = place();
        let memory = Memory::new(mood);
        let given = || Some(secret(PASSPHRASE));
        let vault = Vault::pick(|| memory.of("b1"), &path, given, CHEAP).unwrap();
        vault.put("acme", &secret(TOKEN)).unwrap();
        assert_eq!(shown(&open(&path).unwrap(), "acme").as_deref(), Some(TOKEN));
        assert_eq!(memory.accounts(), [""; 0]);
    }
}

#[test]
fn without_keychain_and_passphrase_nothing_is_kept_and_the_error_says_what_to_do() {
    let (folder, path) = place();
    for mood in [Mood::Refuses, Mood::Forgets] {
        for given in [None, Some("")] {
            let memory = Memory::new(mood);
            let keychain = || memory.of("b1");
            let error = Vault::pick(keychain, &path, || given.map(secret), CHEAP).unwrap_err();
            assert!(matches!(error, SecretsError::NoPlace { .. }), "{error}");
            let text = error.to_string();
            assert!(text.contains("TALLYWATT_PASSPHRASE"), "{text}");
            assert!(text.contains("start a keychain"), "{text}");
            let why = if mood == Mood::Refuses {
                "no bus"
            } else {
                "forgets"
            };
            assert!(text.contains(why), "{text}");
        }
    }
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "no file was made");
    let error = Vault::file(&path, secret("")).unwrap_err();
    assert!(
        matches!(error, SecretsError::PassphraseMissing { .. }),
        "{error}"
    );
}

#[test]
fn names_and_books_that_could_be_mistaken_for_others_are_refused() {
    let (_folder, path) = place();
    let memory = Memory::new(Mood::Works);
    for book in ["", "b1/acme", "b\u{0}"] {
        // A passphrase does not help: with a keychain the same id would fail.
        let given = || Some(secret(PASSPHRASE));
        let error = Vault::pick(|| memory.of(book), &path, given, CHEAP).unwrap_err();
        assert!(
            matches!(error, SecretsError::Unfit { .. }),
            "{book:?}: {error}"
        );
    }
    for vault in [open(&path).unwrap(), memory.vault("b1")] {
        for name in ["", "a\u{0}b", "a\nb"] {
            let errors = [
                vault.get(name).unwrap_err(),
                vault.put(name, &secret(TOKEN)).unwrap_err(),
                vault.forget(name).unwrap_err(),
            ];
            for error in errors {
                assert!(
                    matches!(error, SecretsError::Unfit { .. }),
                    "{name:?}: {error}"
                );
            }
        }
    }
}
