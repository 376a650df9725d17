export { hostCheckInputs, hostChecks } from "./host-checks";
export { othersInputs } from "./open-ports";
