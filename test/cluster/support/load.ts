import * as lab from "../../lab/api";

/** A Deployment of four behind a Service, spread over the workers; its Pods stop answering only when nobody asks them any more. */
export const FOUR = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: four}
spec:
  replicas: 4
  selector: {matchLabels: {app: four}}
  template:
    metadata: {labels: {app: four}}
    spec:
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: four}}}
      containers:
        - name: web
          image: docker.io/lab/busybox:1
          command: [sh, -c, "mkdir /www; echo four >/www/index.html; exec httpd -f -p 8080 -h /www"]
          readinessProbe: {httpGet: {port: 8080, path: /}, periodSeconds: 1}
          lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
---
apiVersion: v1
kind: Service
metadata: {name: four}
spec: {selector: {app: four}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: four}
spec: {minAvailable: 2, selector: {matchLabels: {app: four}}}
`;

/** What came of the requests to one address. */
export interface Answers {
    asked: number;
    lost: number;
    /** The longest time without an answer, seconds. */
    longestGap: number;
}

/** Asks one address several times a second from a host, by a unit of the host: it goes on whatever the cluster does. */
export class Load {
    private constructor(
        private readonly unit: string,
        private readonly host: string,
    ) {}

    /** @param seconds that one answer may take, and pauses between requests; by default those of five requests a second. */
    static async start(unit: string, url: string, host = "master", seconds = { answer: 5, pause: 0.2 }): Promise<Load> {
        const ask = `curl -sfk -m ${seconds.answer} -o /dev/null ${url} && answer=ok || answer=lost`;
        const loop = `while :; do ${ask}; echo "$(date +%s.%3N) $answer"; sleep ${seconds.pause}; done`;
        await lab.insideHost(host, `systemd-run -q --unit ${unit} sh -c '${loop} >/run/${unit}.log'`);
        return new Load(unit, host);
    }

    /** Leaves out what has been answered so far. */
    async forget(): Promise<void> {
        await lab.insideHost(this.host, `: >/run/${this.unit}.log`);
    }

    /** The answers since the start, or since the last call of this or of `forget`. */
    async answers(): Promise<Answers> {
        const file = `/run/${this.unit}.log`;
        const { stdout } = await lab.insideHost(this.host, `cat ${file}; : >${file}`);
        const lines = stdout.replaceAll("\0", "").trim().split("\n");
        const rows = lines.map((line) => line.split(" ")).filter((row) => row.length === 2);
        if (rows.length === 0) throw new Error(`${this.unit} on ${this.host} has asked nothing`);
        // The first and the last request count whatever came of them: a silence may begin before, or go on behind.
        const counted = rows.filter(([, answer], index) => answer === "ok" || index === 0 || index === rows.length - 1);
        const times = counted.map(([time]) => Number(time));
        const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
        const lost = rows.filter(([, answer]) => answer === "lost").length;
        return { asked: rows.length, lost, longestGap: Math.max(0, ...gaps) };
    }
}
