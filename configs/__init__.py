"""What a person decides before a call: settings, scenarios, personas, rubrics."""
