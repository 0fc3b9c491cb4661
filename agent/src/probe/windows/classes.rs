//! The classes of WMI and the properties that probes read of them: no other is asked.

use crate::source::wmi::Class;

const fn cimv2(name: &'static str, properties: &'static [&'static str]) -> Class {
    Class { namespace: "root\\cimv2", name, properties }
}

pub(super) const OPERATING_SYSTEM: Class =
    cimv2("Win32_OperatingSystem", &["Caption", "Version", "BuildNumber", "ProductType", "LastBootUpTime"]);
pub(crate) const COMPUTER_SYSTEM: Class = cimv2(
    "Win32_ComputerSystem",
    &[
        "DNSHostName",
        "Name",
        "Domain",
        "PartOfDomain",
        "Manufacturer",
        "Model",
        "SystemFamily",
        "SystemSKUNumber",
        "TotalPhysicalMemory",
    ],
);
pub(super) const PRODUCT: Class =
    cimv2("Win32_ComputerSystemProduct", &["Vendor", "Name", "Version", "IdentifyingNumber", "UUID"]);
pub(super) const BIOS: Class =
    cimv2("Win32_BIOS", &["Manufacturer", "SMBIOSBIOSVersion", "ReleaseDate", "SerialNumber"]);
pub(super) const ENCLOSURE: Class =
    cimv2("Win32_SystemEnclosure", &["ChassisTypes", "Manufacturer", "SerialNumber", "SMBIOSAssetTag"]);
pub(super) const BOARD: Class = cimv2("Win32_BaseBoard", &["Manufacturer", "Product", "SerialNumber"]);
pub(super) const RAW_SMBIOS: Class = Class {
    namespace: "root\\wmi",
    name: "MSSMBios_RawSMBiosTables",
    properties: &["SMBiosData", "SmbiosMajorVersion", "SmbiosMinorVersion"],
};
pub(super) const PROCESSOR: Class =
    cimv2("Win32_Processor", &["Manufacturer", "Name", "NumberOfCores", "NumberOfLogicalProcessors", "MaxClockSpeed"]);
pub(super) const PHYSICAL_DISK: Class = Class {
    namespace: "root\\Microsoft\\Windows\\Storage",
    name: "MSFT_PhysicalDisk",
    properties: &["DeviceId", "FriendlyName", "SerialNumber", "Size", "BusType", "MediaType"],
};
pub(super) const DISK_DRIVE: Class =
    cimv2("Win32_DiskDrive", &["DeviceID", "Model", "SerialNumber", "Size", "InterfaceType", "MediaType"]);
pub(super) const NET_ADAPTER: Class = Class {
    namespace: "root\\StandardCimv2",
    name: "MSFT_NetAdapter",
    properties: &[
        "Name",
        "PermanentAddress",
        "PnPDeviceID",
        "Virtual",
        "Hidden",
        "MediaConnectState",
        "InterfaceIndex",
    ],
};
pub(super) const NETWORK_ADAPTER: Class = cimv2(
    "Win32_NetworkAdapter",
    &[
        "Name",
        "NetConnectionID",
        "MACAddress",
        "PNPDeviceID",
        "PhysicalAdapter",
        "NetConnectionStatus",
        "InterfaceIndex",
    ],
);
pub(super) const NETWORK_CONFIGURATION: Class =
    cimv2("Win32_NetworkAdapterConfiguration", &["InterfaceIndex", "IPAddress"]);
pub(super) const BATTERY: Class = cimv2("Win32_Battery", &["DeviceID", "Name", "Chemistry", "DesignCapacity"]);
pub(super) const ENCRYPTABLE_VOLUME: Class = Class {
    namespace: "root\\cimv2\\Security\\MicrosoftVolumeEncryption",
    name: "Win32_EncryptableVolume",
    properties: &["DriveLetter", "VolumeType", "ProtectionStatus", "ConversionStatus", "EncryptionMethod"],
};
pub(super) const SECURITY_CENTER_ANTIVIRUS: Class = Class {
    namespace: "root\\SecurityCenter2",
    name: "AntiVirusProduct",
    properties: &["displayName", "productState", "pathToSignedProductExe", "pathToSignedReportingExe"],
};
pub(super) const SECURITY_CENTER_FIREWALL: Class = Class { name: "FirewallProduct", ..SECURITY_CENTER_ANTIVIRUS };
pub(super) const DEFENDER: Class = Class {
    namespace: "root\\Microsoft\\Windows\\Defender",
    name: "MSFT_MpComputerStatus",
    properties: &[
        "AMRunningMode",
        "AMServiceEnabled",
        "AntivirusEnabled",
        "RealTimeProtectionEnabled",
        "AMProductVersion",
        "AMEngineVersion",
        "AntivirusSignatureVersion",
        "AntivirusSignatureLastUpdated",
        "DefenderSignaturesOutOfDate",
        "IsTamperProtected",
    ],
};
pub(super) const FIREWALL_PROFILE: Class =
    Class { namespace: "root\\StandardCimv2", name: "MSFT_NetFirewallProfile", properties: &["Name", "Enabled"] };
pub(super) const ESET: Class = Class {
    namespace: "root\\ESET",
    name: "ESET_Product",
    properties: &["Version", "VirusDBVersion", "VirusDBLastUpdate", "KernelRunning", "StatusCode"],
};
