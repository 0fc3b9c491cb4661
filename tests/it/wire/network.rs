//! The way to the collector: through a proxy, or to somebody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cadastre_collector::ingest::Settings;
use cadastre_kit::wire::{Agent, Collector};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A proxy that knows CONNECT; counts the tunnels it made.
async fn proxy() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://me:secret@{}", listener.local_addr().unwrap());
    let tunnels = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tunnels);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(tunnel(socket, Arc::clone(&counted)));
        }
    });
    (address, tunnels)
}

async fn tunnel(socket: TcpStream, counted: Arc<AtomicUsize>) {
    let mut near = BufReader::new(socket);
    let (mut target, mut known) = (String::new(), false);
    loop {
        let mut line = String::new();
        near.read_line(&mut line).await.unwrap();
        match line.trim_end().split_once(' ') {
            Some(("CONNECT", rest)) => target = rest.split(' ').next().unwrap().to_owned(),
            Some((name, value)) if name.eq_ignore_ascii_case("proxy-authorization:") => {
                known = value == "Basic bWU6c2VjcmV0";
            }
            None => break,
            Some(_) => {}
        }
    }
    if !known {
        near.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await.unwrap();
        return;
    }
    let mut far = TcpStream::connect(target).await.unwrap();
    near.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    counted.fetch_add(1, Ordering::Relaxed);
    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_with_a_password_is_passed_and_sees_only_tls() {
    let collector = Collector::start().await;
    let mut agent = collector.agent().await;
    let (address, tunnels) = proxy().await;
    agent.config.proxy = Some(address.clone());
    assert!(agent.report().await.unwrap().pushed);
    assert_eq!(tunnels.load(Ordering::Relaxed), 1);
    agent.config.proxy = Some(address.replace("secret", "wrong"));
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "collector_unreachable");
    agent.config.proxy = Some("ftp://proxy".to_owned());
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "proxy_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_collector_at_the_address_is_not_trusted() {
    let (collector, other) = (Collector::start().await, Collector::start().await);
    let mut agent: Agent = collector.agent().await;
    agent.config.collector = Some(other.agents.to_string());
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "collector_not_trusted");
    assert!(agent.spool().pending().is_some());
    agent.config.collector = Some(format!("https://localhost:{}", collector.agents.port));
    assert!(agent.report().await.unwrap().pushed, "the address is not the identity");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_date_is_told_apart_from_a_wrong_collector() {
    let mut collector = Collector::start().await;
    let agent = collector.agent().await;
    collector.close().await;
    collector.clock.advance(Duration::from_secs(30 * 86_400));
    collector.listen(Settings::default()).await;
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "collector_not_now");
}
