/** Graphs as people have them, for the tests of imports. */

/** Prefill and decode with a KV router, in v1alpha1. */
export const alpha = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: chat, namespace: serving }
spec:
  pvcs: [{ name: models, create: false }, { name: compiled, create: false }]
  services:
    Frontend:
      componentType: frontend
      replicas: 2
      extraPodSpec:
        mainContainer:
          image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.2
          command: [python3, -m, dynamo.frontend]
          args: [--router-mode, kv, --http-port, "8000"]
    PrefillWorker:
      componentType: worker
      subComponentType: prefill
      replicas: 1
      envFromSecret: hf-token
      sharedMemory: { size: 16Gi }
      volumeMounts:
        - { name: models, mountPoint: /home/dynamo/.cache/huggingface }
        - { name: compiled, mountPoint: /home/dynamo/.cache/vllm, useAsCompilationCache: true }
      resources: { limits: { gpu: "2", memory: 64Gi }, requests: { gpu: "2" } }
      extraPodSpec:
        tolerations: [{ key: nvidia.com/gpu, operator: Exists, effect: NoSchedule }]
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms:
                - matchExpressions: [{ key: nvidia.com/gpu.product, operator: In, values: [NVIDIA-B200] }]
        mainContainer:
          image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.2
          workingDir: /workspace/examples/backends/vllm
          env: [{ name: MODEL_PATH, value: Qwen/Qwen3-32B }, { name: POD_UID, valueFrom: { fieldRef: { fieldPath: metadata.uid } } }]
          command: [/bin/sh, -c]
          args:
            - |
              exec python3 -m dynamo.vllm \\
                --model "$MODEL_PATH" --tensor-parallel-size 2 \\
                --kv-transfer-config '{"kv_role":"kv_both","kv_connector":"NixlConnector"}' \\
                --disaggregation-mode prefill --block-size 64
    DecodeWorker:
      componentType: worker
      subComponentType: decode
      replicas: 3
      envFromSecret: hf-token
      resources: { limits: { gpu: "4" } }
      extraPodSpec:
        mainContainer:
          image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.2
          command: [python3, -m, dynamo.vllm]
          args: [--model, Qwen/Qwen3-32B, -tp, "4", --disaggregation-mode, decode, --max-model-len, "8192"]
`;

/** The same, in v1beta1. */
export const beta = `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: { name: chat, namespace: serving }
spec:
  components:
    - name: Frontend
      type: frontend
      replicas: 2
      podTemplate:
        spec:
          containers:
            - name: main
              image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.2
              command: [python3]
              args: [-m, dynamo.frontend]
              env: [{ name: DYN_ROUTER_MODE, value: kv }]
    - name: PrefillWorker
      type: prefill
      compilationCache: { pvcName: compiled, mountPath: /home/dynamo/.cache/vllm }
      podTemplate:
        spec:
          nodeSelector: { nvidia.com/gpu.product: NVIDIA-B200 }
          tolerations: [{ key: nvidia.com/gpu, operator: Exists, effect: NoSchedule }]
          volumes:
            - { name: cache, persistentVolumeClaim: { claimName: models } }
            - { name: shm, emptyDir: { medium: Memory, sizeLimit: 16Gi } }
          containers:
            - name: main
              image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.2
              imagePullPolicy: IfNotPresent
              envFrom: [{ secretRef: { name: hf-token } }]
              env: [{ name: MODEL_PATH, value: Qwen/Qwen3-32B }]
              volumeMounts:
                - { name: cache, mountPath: /home/dynamo/.cache/huggingface }
                - { name: shm, mountPath: /dev/shm }
              resources: { limits: { nvidia.com/gpu: "2", memory: 65536Mi } }
              command: [python3, -m, dynamo.vllm]
              args: [--model, $(MODEL_PATH), --disaggregation-mode, prefill, --tensor-parallel-size=2, --block-size, "64"]
    - name: DecodeWorker
      type: decode
      replicas: 3
      podTemplate:
        spec:
          containers:
            - name: main
              image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.2
              envFrom: [{ secretRef: { name: hf-token } }]
              resources: { limits: { nvidia.com/gpu: 4 }, requests: { nvidia.com/gpu: 4 } }
              command: [/bin/bash, -lc]
              args: ["python3 -m dynamo.vllm --model Qwen/Qwen3-32B --tp 4 --disaggregation_mode decode --max-model-len 8192"]
`;

/** One kind of workers, by its arguments and what else its container has. */
export const aggregated = (
  worker: { args?: string; env?: string; container?: string; pod?: string } = {},
) => `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: { name: chat }
spec:
  components:
    - name: Frontend
      type: frontend
      podTemplate: { spec: { containers: [{ name: main, image: "example.com/vllm:1.4.2" }] } }
    - name: Worker
      type: worker
      podTemplate:
        spec:
          ${worker.pod ?? "nodeSelector: {}"}
          containers:
            - name: main
              image: example.com/vllm:1.4.2
              resources: { limits: { nvidia.com/gpu: 1 } }
              env: [${worker.env ?? ""}]
              ${worker.container ?? "command: [/bin/sh, -c]"}
              args: ${JSON.stringify([worker.args ?? "python3 -m dynamo.vllm --model Qwen/Qwen3-8B"])}
`;
