//! Builds the web interface into the binary.
//!
//! Without npm a debug build serves a page that says what to install, and a release build stops
//! with that message.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

const MISSING: &str = "the web interface needs Node.js 20.19 or newer with npm; install it and build again";

fn main() {
    let web = PathBuf::from("web");
    for input in [
        "src",
        "public",
        "build",
        "index.html",
        "studio.html",
        "order.html",
        "overlay.html",
        "embed.html",
        "package.json",
        "package-lock.json",
        "vite.config.ts",
        "tsconfig.json",
    ] {
        println!("cargo::rerun-if-changed=web/{input}");
    }
    println!("cargo::rerun-if-env-changed=VETRINA_WEB_DIST");
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("web");
    let built = match env::var_os("VETRINA_WEB_DIST") {
        // A packager builds the interface in a step of its own.
        Some(folder) => Ok(PathBuf::from(folder)),
        None => build(&web),
    };
    let result = match built {
        Ok(folder) => replace(&folder, &target),
        Err(Failure::NoNpm) if env::var("PROFILE").as_deref() != Ok("release") => {
            println!("cargo::warning={MISSING}");
            write_page(&target)
        }
        Err(Failure::NoNpm) => Err(io::Error::other(MISSING)),
        Err(Failure::Failed(step)) => Err(io::Error::other(format!("{step} failed in web/"))),
    };
    if let Err(error) = result {
        println!("cargo::error={error}");
        std::process::exit(1);
    }
}

enum Failure {
    NoNpm,
    Failed(&'static str),
}

fn build(web: &Path) -> Result<PathBuf, Failure> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    if Command::new(npm).arg("--version").output().is_err() {
        return Err(Failure::NoNpm);
    }
    let installed =
        fs::metadata(web.join("node_modules/.package-lock.json")).and_then(|meta| meta.modified());
    let locked = fs::metadata(web.join("package-lock.json")).and_then(|meta| meta.modified());
    let is_current = matches!((installed, locked), (Ok(installed), Ok(locked)) if installed >= locked);
    if !is_current {
        run(npm, web, &["ci", "--no-audit", "--no-fund"], "npm ci")?;
    }
    run(npm, web, &["run", "build"], "npm run build")?;
    Ok(web.join("dist"))
}

fn run(npm: &str, web: &Path, arguments: &[&str], step: &'static str) -> Result<(), Failure> {
    // What npm prints would be read by cargo as instructions, so it goes to the error stream.
    let output = Command::new(npm).args(arguments).current_dir(web).output();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            eprintln!(
                "{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            Err(Failure::Failed(step))
        }
        Err(_) => Err(Failure::Failed(step)),
    }
}

fn replace(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    copy(from, to)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn write_page(target: &Path) -> io::Result<()> {
    fs::create_dir_all(target)?;
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>Vetrina</title><p>Vetrina runs, but {MISSING}.</p>"
    );
    for name in ["index.html", "studio.html", "order.html", "overlay.html", "embed.html"] {
        fs::write(target.join(name), &page)?;
    }
    Ok(())
}
