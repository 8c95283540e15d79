"""Rules as people write them: checked, compiled to one SQL expression, said as a sentence, explained."""
