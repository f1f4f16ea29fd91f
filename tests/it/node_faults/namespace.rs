//! A network of a test's own, in which a node is cut off from the others as by a pulled cable.

use std::net::{IpAddr, Ipv4Addr};
use std::process::Command;

/// A namespace with two cables to this machine: one to PostgreSQL and NATS, one to the viewers.
pub struct Namespace {
    name: String,
    /// Keeps networks of several runs apart.
    number: u8,
}

/// One of the two cables.
#[derive(Clone, Copy)]
pub enum Cable {
    Back,
    Front,
}

impl Namespace {
    /// Makes one. `None` where that is not possible, which is printed.
    pub fn make() -> Option<Self> {
        let number = u8::try_from(std::process::id() % 250 + 1).expect("at most 250");
        let namespace = Self { name: format!("vetrina-{}", std::process::id()), number };
        match namespace.lay() {
            Ok(()) => Some(namespace),
            Err(reason) => {
                println!("skipped: no network namespace can be made ({})", reason.trim());
                None
            }
        }
    }

    /// This machine's end of a cable.
    pub fn here(&self, cable: Cable) -> IpAddr {
        Ipv4Addr::new(10, cable.net(), self.number, 1).into()
    }

    /// The far end of a cable.
    pub fn there(&self, cable: Cable) -> IpAddr {
        Ipv4Addr::new(10, cable.net(), self.number, 2).into()
    }

    /// The command that runs another one inside.
    pub fn inside(&self) -> [&str; 4] {
        ["ip", "netns", "exec", &self.name]
    }

    /// Pulls a cable out: nothing passes and nobody is told.
    pub fn cut(&self, cable: Cable) {
        self.switch(cable, "down");
    }

    /// Puts it in again.
    pub fn mend(&self, cable: Cable) {
        self.switch(cable, "up");
    }

    /// What stands here has to go on, so the back is cut at the far end; so that the node inside goes
    /// on as well, the front is cut here.
    fn switch(&self, cable: Cable, state: &str) {
        let (here, there) = self.ends(cable);
        let done = match cable {
            Cable::Back => ip(&["-n", &self.name, "link", "set", &there, state]),
            Cable::Front => ip(&["link", "set", &here, state]),
        };
        done.expect("a cable can be switched");
    }

    fn lay(&self) -> Result<(), String> {
        ip(&["netns", "add", &self.name])?;
        ip(&["-n", &self.name, "link", "set", "lo", "up"])?;
        for cable in [Cable::Back, Cable::Front] {
            let (here, there) = self.ends(cable);
            ip(&["link", "add", &here, "type", "veth", "peer", "name", &there, "netns", &self.name])?;
            ip(&["addr", "add", &format!("{}/24", self.here(cable)), "dev", &here])?;
            ip(&["-n", &self.name, "addr", "add", &format!("{}/24", self.there(cable)), "dev", &there])?;
            ip(&["link", "set", &here, "up"])?;
            ip(&["-n", &self.name, "link", "set", &there, "up"])?;
        }
        Ok(())
    }

    /// The names of a cable's two ends.
    fn ends(&self, cable: Cable) -> (String, String) {
        let name = match cable {
            Cable::Back => "back",
            Cable::Front => "front",
        };
        (format!("vetrina{}{}", self.number, &name[..1]), name.to_owned())
    }
}

impl Cable {
    const fn net(self) -> u8 {
        match self {
            Self::Back => 201,
            Self::Front => 202,
        }
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        for cable in [Cable::Back, Cable::Front] {
            let _ = ip(&["link", "del", &self.ends(cable).0]);
        }
        let _ = ip(&["netns", "del", &self.name]);
    }
}

/// The error is what the program said, or why there is none.
fn ip(arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("ip").args(arguments).output().map_err(|error| format!("ip: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
