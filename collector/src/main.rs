//! The collector's program: reads the command line, then serves, or asks the running collector.

use std::process::ExitCode;

fn main() -> ExitCode {
    cadastre_collector::cli::main()
}
