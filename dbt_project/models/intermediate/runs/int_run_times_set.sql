{# For models in Python: they see no variable of a run but in their configuration, and
dbt would read the project anew for each as_of. -#}
select {{ run_instant('as_of') }} as as_of
