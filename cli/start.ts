process.stdout.write('joinery\n');
