"""What make_samples.py is made of: dbt's rules, as far as the samples need them."""
