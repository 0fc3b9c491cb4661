//! The agent as a service of Windows: installed, removed, and run under the service control manager.
//!
//! Uninstalling what is not there is done already. Invariant: the manager is told *running* before the first report and
//! *stopped* after the last one.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::oneshot;
use windows_service::service::{
    ServiceAccess, ServiceControl, ServiceControlAccept, ServiceErrorControl, ServiceExitCode, ServiceInfo,
    ServiceStartType, ServiceState, ServiceStatus, ServiceType,
};
use windows_service::service_control_handler::{self, ServiceControlHandlerResult};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};
use windows_service::{define_windows_service, service_dispatcher};

const NAME: &str = "CadastreAgent";
/// `ERROR_SERVICE_DOES_NOT_EXIST`.
const NOT_INSTALLED: i32 = 1060;

type Body = Box<dyn FnOnce(oneshot::Receiver<()>) + Send>;

/// What the manager's own thread is to run.
static BODY: Mutex<Option<Body>> = Mutex::new(None);

/// Makes the agent start with the machine, and starts it.
///
/// # Errors
/// What the manager refused.
pub fn install(program: &Path, arguments: &[String]) -> io::Result<()> {
    let access = ServiceManagerAccess::CONNECT | ServiceManagerAccess::CREATE_SERVICE;
    let manager = ServiceManager::local_computer(None::<&str>, access).map_err(of_manager)?;
    let service = ServiceInfo {
        name: OsString::from(NAME),
        display_name: OsString::from("Cadastre agent"),
        service_type: ServiceType::OWN_PROCESS,
        start_type: ServiceStartType::AutoStart,
        error_control: ServiceErrorControl::Normal,
        executable_path: program.to_path_buf(),
        launch_arguments: arguments.iter().map(OsString::from).chain([OsString::from("--hosted")]).collect(),
        dependencies: Vec::new(),
        account_name: None,
        account_password: None,
    };
    let access = ServiceAccess::CHANGE_CONFIG | ServiceAccess::START;
    let service = manager.create_service(&service, access).map_err(of_manager)?;
    service.start::<OsString>(&[]).map_err(of_manager)
}

/// Stops the agent, and it starts no more.
///
/// # Errors
/// What the manager refused.
pub fn uninstall() -> io::Result<()> {
    let manager = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT).map_err(of_manager)?;
    let access = ServiceAccess::STOP | ServiceAccess::DELETE;
    let service = match manager.open_service(NAME, access).map_err(of_manager) {
        Ok(service) => service,
        Err(error) if error.raw_os_error() == Some(NOT_INSTALLED) => return Ok(()),
        Err(error) => return Err(error),
    };
    // One that does not run cannot be stopped; it is removed all the same.
    let _ = service.stop();
    service.delete().map_err(of_manager)
}

/// Runs under the manager, which calls back on a thread of its own; returns when the service has stopped.
///
/// # Errors
/// When the process was not started by the manager.
pub fn host(body: Body) -> io::Result<()> {
    *BODY.lock().map_err(|_| io::Error::from(io::ErrorKind::Other))? = Some(body);
    service_dispatcher::start(NAME, begin).map_err(of_manager)
}

define_windows_service!(begin, serve);

fn serve(_arguments: Vec<OsString>) {
    let body = BODY.lock().ok().and_then(|mut body| body.take());
    if let Some(body) = body
        && let Err(error) = tell(body)
    {
        tracing::error!(%error, "the service could not speak with its manager");
    }
}

fn tell(body: Body) -> io::Result<()> {
    let (sender, receiver) = oneshot::channel();
    let sender = Mutex::new(Some(sender));
    let handler = move |control| match control {
        ServiceControl::Stop | ServiceControl::Shutdown => {
            if let Some(sender) = sender.lock().ok().and_then(|mut sender| sender.take()) {
                let _ = sender.send(());
            }
            ServiceControlHandlerResult::NoError
        }
        ServiceControl::Interrogate => ServiceControlHandlerResult::NoError,
        _ => ServiceControlHandlerResult::NotImplemented,
    };
    let manager = service_control_handler::register(NAME, handler).map_err(of_manager)?;
    manager.set_service_status(status(ServiceState::Running)).map_err(of_manager)?;
    body(receiver);
    manager.set_service_status(status(ServiceState::Stopped)).map_err(of_manager)
}

fn status(state: ServiceState) -> ServiceStatus {
    ServiceStatus {
        service_type: ServiceType::OWN_PROCESS,
        current_state: state,
        controls_accepted: ServiceControlAccept::STOP | ServiceControlAccept::SHUTDOWN,
        exit_code: ServiceExitCode::Win32(0),
        checkpoint: 0,
        wait_hint: Duration::from_secs(15),
        process_id: None,
    }
}

fn of_manager(error: windows_service::Error) -> io::Error {
    match error {
        windows_service::Error::Winapi(error) => error,
        other => io::Error::other(other),
    }
}
