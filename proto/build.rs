//! Makes the code of the wire from `cadastre/v1/*.proto`, without a system compiler of protocol buffers.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=cadastre");
    let files = protox::compile(["cadastre/v1/inventory.proto", "cadastre/v1/enrollment.proto"], ["."])?;
    tonic_prost_build::configure().build_transport(false).compile_fds(files)?;
    Ok(())
}
