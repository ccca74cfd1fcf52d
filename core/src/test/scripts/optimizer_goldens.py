#!/usr/bin/python3
"""Makes the goldens of SgdTest and ScheduleTest with PyTorch (Debian's python3-torch, 1.13).

Usage: optimizer_goldens.py FOLDER      writes sgd.csv and onecycle.csv there
"""
import sys

import torch

folder = sys.argv[1]

# The gradient of step t of element i is a fixed function of both, so that nothing but the update rule is compared.
with open(f"{folder}/sgd.csv", "w") as out:
    out.write("momentum,nesterov,weightDecay,values after 1 step,values after 12 steps\n")
    for momentum, nesterov, weight_decay in [(0.9, True, 1e-4), (0.9, False, 0.01), (0.0, False, 0.0), (0.5, True, 0.0)]:
        value = torch.nn.Parameter(torch.tensor([0.5, -1.25, 2.0, 0.0]))
        sgd = torch.optim.SGD(
            [value], lr=0.1, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay, dampening=0)
        snapshots = []
        for step in range(12):
            sgd.param_groups[0]["lr"] = 0.1 / (1 + step)
            value.grad = torch.tensor([((i + 1) * (step + 3) % 7 - 3) / 4 for i in range(4)])
            sgd.step()
            snapshots.append(" ".join(f"{x:.9g}" for x in value.tolist()))
        out.write(f"{momentum},{nesterov},{weight_decay},{snapshots[0]},{snapshots[-1]}\n".lower())

with open(f"{folder}/onecycle.csv", "w") as out:
    out.write("steps,step,factor\n")
    for steps in (10, 97, 1000):
        sgd = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
        schedule = torch.optim.lr_scheduler.OneCycleLR(sgd, max_lr=1.0, total_steps=steps, cycle_momentum=False)
        for step in range(steps):
            if step % max(1, steps // 20) == 0 or step == steps - 1:
                out.write(f"{steps},{step},{sgd.param_groups[0]['lr']:.12g}\n")
            sgd.step()
            schedule.step() if step + 1 < steps else None
