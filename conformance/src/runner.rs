//! The runner: holds an implementation to the suite.

pub mod adaptor;
pub mod driver;
pub mod endurance;
pub mod http;
pub mod known;
pub mod play;
pub mod process;
pub mod record;
pub mod selection;
pub mod subject;
