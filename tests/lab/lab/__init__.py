"""A real Kubernetes control plane for the tests, on loopback, made of the engines that tests/lab/engines builds."""
