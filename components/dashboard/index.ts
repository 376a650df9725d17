export { Headlamp } from "./headlamp";
