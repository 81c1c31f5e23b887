//! Embeds the page and the capability list into the program.
fn main() {
    tauri_build::try_build(tauri_build::Attributes::new()).expect("tauri build script");
}
