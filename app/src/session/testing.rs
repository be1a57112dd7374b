//! What tests of drafts and of the code panel begin with.

use runtime_core::sandbox::inspect::PackageSource;
use runtime_core::sandbox::{Code, DeploymentPackage, PackageFiles};
use runtime_core::timeline::Runtime;
use runtime_core::units::ByteCount;

/// A package of Python source with these files.
pub(crate) fn package(files: &[(&str, &[u8])]) -> DeploymentPackage {
    let mut all = PackageFiles::default();
    for (name, bytes) in files {
        all.insert(name, bytes.to_vec());
    }
    DeploymentPackage {
        code: Code::Source {
            runtime: Runtime::Python312,
            handler: "app.handler".into(),
        },
        files: all,
        source: PackageSource::Zip,
        size: ByteCount::new(1),
    }
}
