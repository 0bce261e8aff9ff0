"""The steps of the planner: collect what the reasons want, merge it by person, place it on days. All pure."""
