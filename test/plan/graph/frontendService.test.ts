/** The routes to frontends, with what their controllers are told. */
import { expose } from "../../../config/expose";
import { frontendRoute, frontendService } from "../../../plan/graph/frontendService";

const planned = (settings: object) => ({
  graph: "chat",
  namespace: "dynamo",
  deployment: "chat",
  expose: expose.parse(settings),
});
const host = "chat.example.com";

test("a Service has the settings as Kubernetes names them", () => {
  const settings = {
    annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" },
    externalTrafficPolicy: "Local",
    ipFamilyPolicy: "PreferDualStack",
    ipFamilies: ["IPv6", "IPv4"],
  };
  const ranges = { sourceRanges: ["10.0.0.0/8", "fd00::/8"], loadBalancerClass: "service.k8s.aws/nlb" };
  const { annotations, ...spec } = settings;
  expect(frontendService(planned({ type: "LoadBalancer", ...ranges, ...settings }))).toMatchObject({
    metadata: { annotations },
    spec: {
      ...spec,
      loadBalancerClass: "service.k8s.aws/nlb",
      loadBalancerSourceRanges: ranges.sourceRanges,
    },
  });
  expect(frontendService(planned({ type: "NodePort", nodePort: 30200, ...settings }))).toMatchObject({
    metadata: { annotations },
    spec,
  });
});

test("ingress-nginx lets long answers and prompts through, unless it is told otherwise", () => {
  const annotationsOf = (settings: object) =>
    frontendRoute(planned({ type: "Ingress", host, ...settings }))?.metadata;
  expect(annotationsOf({ className: "nginx" })).toHaveProperty(
    ["annotations", "nginx.ingress.kubernetes.io/proxy-read-timeout"],
    "3600",
  );
  const own = { "nginx.ingress.kubernetes.io/proxy-body-size": "1g" };
  expect(annotationsOf({ className: "nginx", annotations: own })).toMatchObject({ annotations: own });
  expect(annotationsOf({ className: "traefik" })).not.toHaveProperty("annotations");
});

test("a Gateway's listener and timeout are those of the route", () => {
  const settings = { type: "Gateway", host, gateway: "public", listener: "https", requestTimeout: "1h" };
  expect(frontendRoute(planned(settings))?.spec).toMatchObject({
    parentRefs: [{ name: "public", sectionName: "https" }],
    rules: [{ timeouts: { request: "1h" } }],
  });
});
