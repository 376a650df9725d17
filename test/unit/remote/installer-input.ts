import { encodeInputs } from "../../../components/remote";
import { withScripts } from "../../../components/remote/script-bundle";

/** Standard input of the installer, for inputs by their names. */
export function bundle(packed: string, inputs: Record<string, string>): string {
    return withScripts(packed, encodeInputs(inputs));
}
