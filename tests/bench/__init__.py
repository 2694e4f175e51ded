"""The product beside its own floor, measured in one run on one machine; only the ratios count."""
