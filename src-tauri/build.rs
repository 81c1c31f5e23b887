//! Embeds the page, and gives each command a permission of its own.
//!
//! Without the list every command would be open to every window; with it a command that
//! `tauri.conf.json` does not grant is refused.

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/commands.txt");
    let commands: Vec<&'static str> = include_str!("commands.txt").lines().collect();
    let manifest = tauri_build::AppManifest::new().commands(commands.leak());
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    tauri_build::try_build(attributes).expect("the page and tauri.conf.json can be embedded");
}
