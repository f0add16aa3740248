"""`nano`, the embedded default: a real ERNIE-4.5-VL made of a small pretrained language model.

    python -m vlm.nano            # build the checkpoint into the cache

SmolLM2-135M-Instruct maps exactly onto the ERNIE-4.5-VL decoder: its MLP becomes the dense layers' MLP and the sparse
layers' shared experts; routed experts start with a zero `down_proj`, so they add nothing until they are trained.
"""
