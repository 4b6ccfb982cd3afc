// Each of these tests runs a bot, a lab and a call in real time: two at once on two cores would measure the machine.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
