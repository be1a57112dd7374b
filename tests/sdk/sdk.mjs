// What the end-to-end tests and the benchmark have of AWS's SDK (xtask/src/sdk.rs bundles it).
export * from "@aws-sdk/client-lambda";
