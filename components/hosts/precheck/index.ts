export { hostCheckInputs, hostChecks } from "./host-checks";
