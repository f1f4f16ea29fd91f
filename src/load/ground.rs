//! What stands before a run begins: the server, its process, the show, and room for sockets.

use std::path::Path;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::demo::DemoServer;
use super::error::LoadError;
use super::options::TargetOptions;
use super::plan::Sources;
use super::process::{Process, Usage};
use super::target::{Api, Show, Target};
use crate::clock::Clock;

/// Sockets of one address: a server takes 50, and has not always noticed yet that one is gone.
const SOCKETS_PER_SOURCE: u32 = 40;
/// Descriptors beside those of viewers, here and in a server started from here.
const OTHER_DESCRIPTORS: u64 = 1_000;

/// The server of a run and the show in it.
#[derive(Debug)]
pub struct Ground {
    /// Where the server is.
    pub target: Target,
    /// Speaks to it.
    pub api: Api,
    /// The show that is visited.
    pub show: Show,
    /// The server's process, where it can be seen.
    pub process: Option<Process>,
    /// Masks, pauses and the tag of the run.
    pub rng: StdRng,
    /// Runs as long as this is here.
    _demo: Option<DemoServer>,
}

impl Ground {
    /// Finds the server, or starts one, and looks at the show.
    ///
    /// # Errors
    /// Says what is in the way.
    pub async fn prepare(options: &TargetOptions, program: &Path, sockets: u64) -> Result<Self, LoadError> {
        options.check()?;
        allow_descriptors(sockets + OTHER_DESCRIPTORS)?;
        let demo = if options.demo { Some(start_demo(program).await?) } else { None };
        let (url, key, show) = match &demo {
            Some(demo) => (&demo.url, Some(demo.key.clone()), Some(demo.show.as_str())),
            None => (&options.server, options.key.clone(), options.show.as_deref()),
        };
        let target = Target::find(url, options)?;
        if options.source_addresses.is_some_and(|count| count > 0) && !target.takes_sources() {
            return Err(LoadError::Sources);
        }
        let mut api = Api::new(url, key)?;
        let show = api.choose_show(show).await?;
        let process = options.pid.or(demo.as_ref().map(DemoServer::pid)).map(Process::new);
        let process = match process {
            None if target.address.ip().is_loopback() => Process::find_listening(target.address.port()),
            process => process,
        };
        let rng = StdRng::from_seed(Clock::system().random());
        Ok(Self { target, api, show, process, rng, _demo: demo })
    }

    /// What the server has used so far.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        self.process.and_then(Process::usage)
    }

    /// Where viewers come from.
    #[must_use]
    pub fn sources(&self, options: &TargetOptions, sockets: u32) -> Sources {
        let count = match options.source_addresses {
            Some(count) => count,
            None if self.target.takes_sources() => sockets.div_ceil(SOCKETS_PER_SOURCE),
            None => 0,
        };
        Sources::new(0, count)
    }
}

async fn start_demo(program: &Path) -> Result<DemoServer, LoadError> {
    let program = program.to_owned();
    let started = tokio::task::spawn_blocking(move || DemoServer::start(&program)).await;
    started.map_err(|error| LoadError::Demo(error.to_string()))?
}

/// Raises the limit of open files, which most systems set low and let every process raise.
#[cfg(unix)]
fn allow_descriptors(needed: u64) -> Result<(), LoadError> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).map_err(std::io::Error::from)?;
    if soft >= needed {
        return Ok(());
    }
    if hard < needed {
        return Err(LoadError::OpenFiles { needed, allowed: hard });
    }
    setrlimit(Resource::RLIMIT_NOFILE, needed, hard).map_err(std::io::Error::from)?;
    Ok(())
}

#[cfg(not(unix))]
fn allow_descriptors(_: u64) -> Result<(), LoadError> {
    Ok(())
}
