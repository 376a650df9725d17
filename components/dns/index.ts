export { ClusterDns } from "./cluster-dns";
