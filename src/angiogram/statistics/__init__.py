"""How sure a number is: intervals by a bootstrap over groups, and shares without rounding errors."""
