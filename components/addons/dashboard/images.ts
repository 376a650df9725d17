/** The image of Headlamp: of SIG UI, published where the project began. */
export const HEADLAMP_IMAGE = "ghcr.io/headlamp-k8s/headlamp:v0.43.0";
