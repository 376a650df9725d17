/** Name of the namespace and of every object in it that belongs to Headlamp itself. */
export const NAME = "headlamp";
export const LABELS = { "app.kubernetes.io/name": NAME };
/** The service account whose tokens open the dashboard. */
export const VIEWER = "headlamp-viewer";
