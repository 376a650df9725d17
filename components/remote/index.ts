export { markedLines } from "./answer";
export { hostConnection } from "./host-connection";
export { HostConnection, SshEndpoint, connectionArgs, needsSudo } from "./connection";
export { RemoteScript, RemoteScriptArgs, ScriptCall, commandLine } from "./remote-script";
export { bundle, HOST_SCRIPT_DIRECTORY, packScripts } from "./script-bundle";
export { ScriptInputs, decodeInputs, encodeInputs } from "./script-inputs";
export { InputsOf, PlainInputsOf, ScriptName, callProblems } from "./scripts";
export { SealedScript, SealedScriptArgs } from "./sealed-script";
export { stackState } from "./stack-state";
