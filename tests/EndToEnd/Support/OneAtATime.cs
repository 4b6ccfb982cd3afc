// Each of these tests runs a bot, a lab and a call in real time: two at once on two cores would measure the machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
